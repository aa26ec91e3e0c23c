  stp fp, lr, [sp, #-16]!
  mov fp, sp
block0:
  add x2, x1, #240
  ldr x3, [x0, #24]
  ldr x3, [x3]
  subs xzr, x2, x3
  b.hi label23 ; b label1
block1:
  str x1, [x0, #48]
  ldr x3, [x0, #32]
  mov x5, x0
  str x2, [x3]
  b label2
block2:
  load_ext_name_far x4, User(userextname0)+0
  ldr x13, [x1]
  ldr x15, [x1, #8]
  ldr x2, [x1, #16]
  and x0, x13, #3
  cbnz x0, label3 ; b label4
block4:
  and x0, x15, #3
  cbnz x0, label5 ; b label6
block6:
  and x0, x2, #3
  cbnz x0, label7 ; b label8
block8:
  b label9
block9:
  subs xzr, x13, x2
  b.ge label10 ; b label11
block11:
  adds x3, x15, x13
  cset x0, vs
  ands wzr, w0, #255
  b.ne label12 ; b label13
block13:
  add x1, x13, #4
  subs xzr, x1, x13
  b.lt label20 ; b label14
block14:
  movz x0, #8192
  ldar w0, [x0]
  cbnz w0, label15 ; b label16
block16:
  ldar x0, [x4]
  cbnz x0, label17 ; b label18
block18:
  mov x13, x1
  mov x15, x3
  b label9
block3:
  b label22
block5:
  b label22
block7:
  b label22
block10:
  mov x2, x5
  b label21
block12:
  mov x2, x5
  b label21
block15:
  b label19
block17:
  b label19
block19:
  movz x0, #5
  mov x2, x5
  str x1, [x2, #72]
  str x3, [x2, #80]
  load_ext_name_far x1, User(userextname0)+0
  ldr x1, [x1, #8]
  ldp fp, lr, [sp], #16
  ret
block20:
  mov x2, x5
  movz x0, #4
  str x13, [x2, #72]
  str x3, [x2, #80]
  load_ext_name_far x2, User(userextname0)+0
  ldr x1, [x2, #8]
  ldp fp, lr, [sp], #16
  ret
block21:
  movz x0, #3
  str x13, [x2, #72]
  str x15, [x2, #80]
  load_ext_name_far x5, User(userextname0)+0
  ldr x1, [x5, #8]
  ldp fp, lr, [sp], #16
  ret
block22:
  movz x0, #2
  load_ext_name_far x6, User(userextname0)+0
  ldr x1, [x6, #8]
  ldp fp, lr, [sp], #16
  ret
block23:
  movz x0, #1
  movz x1, #0
  ldp fp, lr, [sp], #16
  ret
