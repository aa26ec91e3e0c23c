  stp fp, lr, [sp, #-16]!
  mov fp, sp
block0:
  add x0, x3, #240
  ldr x1, [x2, #24]
  ldr x1, [x1]
  subs xzr, x0, x1
  b.hi label24 ; b label1
block1:
  str x3, [x2, #48]
  ldr x1, [x2, #32]
  mov x7, x2
  str x0, [x1]
  b label2
block2:
  load_ext_name_far x4, User(userextname0)+0
  ldr d1, [x4, #16]
  ldr x6, [x3]
  ldr x5, [x3, #8]
  b label3
block3:
  and x0, x6, #3
  cbnz x0, label4 ; b label5
block5:
  tbz x5, #1, label6 ; b label7
block7:
  sub x1, x5, #3
  extr x1, x1, #4
  fmov d27, x1
  b label8
block8:
  and x2, x6, #12
  subs xzr, x2, #12
  b.eq label9 ; b label10
block9:
  b label15
block10:
  add x5, x6, #4
  subs xzr, x5, x6
  b.lt label11 ; b label12
block11:
  b label15
block12:
  fadd d27, d27, d1
  subs xzr, x5, #4000
  b.ge label14 ; b label13
block13:
  mov x6, x5
  b label8
block15:
  ldr d16, [x4, #24]
  fmul d0, d27, d16
  mov x15, v0.d[0]
  extr x15, x15, #60
  add x5, x15, #3
  tbz x5, #1, label17 ; b label16
block16:
  mov x0, x7
  b label18
block18:
  and x1, x6, #3
  cbnz x1, label22 ; b label19
block19:
  add x2, x6, #4
  subs xzr, x2, x6
  b.lt label21 ; b label20
block20:
  str x2, [x3]
  str x5, [x3, #8]
  mov x6, x2
  mov x7, x0
  b label3
block4:
  mov x0, x7
  b label23
block6:
  mov x0, x7
  b label23
block14:
  movz x2, #3
  mov x0, x7
  str x5, [x0, #72]
  str d27, [x0, #80]
  ldr x13, [x0, #4168]
  add x13, x13, #1000
  str x13, [x0, #4168]
  load_ext_name_far x14, User(userextname0)+0
  ldr x3, [x14, #8]
  ldp fp, lr, [sp], #16
  ret
block17:
  load_ext_name_far x1, User(userextname2)+0
  load_ext_name_far x2, User(userextname1)+0
  mov x0, x7
  blr x2
  ldr x5, [x0, #4184]
  b label18
block21:
  movz x2, #5
  str x6, [x0, #72]
  str d0, [x0, #80]
  ldr x1, [x0, #4168]
  add x1, x1, #1000
  str x1, [x0, #4168]
  load_ext_name_far x0, User(userextname0)+0
  ldr x3, [x0, #8]
  ldp fp, lr, [sp], #16
  ret
block22:
  movz x2, #4
  str x6, [x0, #72]
  str d27, [x0, #80]
  ldr x1, [x0, #4168]
  add x1, x1, #1000
  str x1, [x0, #4168]
  load_ext_name_far x0, User(userextname0)+0
  ldr x3, [x0, #8]
  ldp fp, lr, [sp], #16
  ret
block23:
  movz x2, #2
  ldr x1, [x0, #4168]
  add x1, x1, #1000
  str x1, [x0, #4168]
  load_ext_name_far x0, User(userextname0)+0
  ldr x3, [x0, #8]
  ldp fp, lr, [sp], #16
  ret
block24:
  movz x2, #1
  movz x3, #0
  ldp fp, lr, [sp], #16
  ret
