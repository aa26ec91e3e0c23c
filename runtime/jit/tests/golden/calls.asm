  stp fp, lr, [sp, #-16]!
  mov fp, sp
  str x23, [sp, #-16]!
  stp x21, x22, [sp, #-16]!
  stp x19, x20, [sp, #-16]!
block0:
  add x2, x1, #240
  ldr x3, [x0, #24]
  ldr x3, [x3]
  subs xzr, x2, x3
  b.hi label1 ; b label2
block2:
  mov x3, sp
  ldr x4, [x0, #40]
  subs xzr, x3, x4
  b.lo label3 ; b label4
block4:
  str x1, [x0, #48]
  ldr x3, [x0, #32]
  mov x4, x0
  str x2, [x3]
  b label5
block5:
  load_ext_name_far x20, User(userextname0)+0
  ldr x19, [x1]
  ldur x0, [x1, #-24]
  ldar x2, [x20]
  cbnz x2, label6 ; b label7
block7:
  and x2, x19, #3
  cbnz x2, label8 ; b label9
block9:
  subs xzr, x19, #8
  b.lt label10 ; b label11
block11:
  sub x2, x19, #4
  subs xzr, x2, x19
  b.gt label12 ; b label13
block13:
  str x0, [x1, #40]
  add x3, x1, #40
  str x3, [x1, #56]
  str x2, [x1, #64]
  add x5, x1, #64
  mov x21, x1
  mov x23, x5
  load_ext_name_far x5, User(userextname1)+0
  ldr x5, [x5]
  mov x22, x4
  mov x0, x22
  mov x1, x23
  blr x5
  mov x2, x21
  add x4, x2, #240
  str x2, [x22, #48]
  ldr x5, [x22, #32]
  str x4, [x5]
  cbnz x0, label15 ; b label14
block14:
  mov x0, x1
  b label17
block16:
  b label17
block17:
  ldar x9, [x20]
  cbnz x9, label18 ; b label19
block19:
  and x11, x0, #3
  cbnz x11, label20 ; b label21
block21:
  adds x1, x0, x19
  mov x2, x0
  cset x14, vs
  ands wzr, w14, #255
  b.ne label22 ; b label23
block23:
  movz x0, #0
  ldp x19, x20, [sp], #16
  ldp x21, x22, [sp], #16
  ldr x23, [sp], #16
  ldp fp, lr, [sp], #16
  ret
block1:
  b label28
block3:
  b label28
block6:
  b label27
block8:
  b label27
block10:
  b label26
block12:
  b label26
block15:
  mov x2, x0
  movz x4, #1
  load_ext_name_far x8, User(userextname2)+0
  mov x3, x1
  mov x1, x23
  mov x0, x22
  blr x8
  cbnz x1, label25 ; b label16
block18:
  mov x2, x0
  b label24
block20:
  mov x2, x0
  b label24
block22:
  b label24
block24:
  movz x0, #5
  mov x1, x2
  str x1, [x22, #72]
  load_ext_name_far x1, User(userextname0)+0
  ldr x1, [x1, #8]
  ldp x19, x20, [sp], #16
  ldp x21, x22, [sp], #16
  ldr x23, [sp], #16
  ldp fp, lr, [sp], #16
  ret
block25:
  movz x0, #4
  load_ext_name_far x1, User(userextname0)+0
  ldr x1, [x1, #8]
  ldp x19, x20, [sp], #16
  ldp x21, x22, [sp], #16
  ldr x23, [sp], #16
  ldp fp, lr, [sp], #16
  ret
block26:
  movz x0, #3
  load_ext_name_far x1, User(userextname0)+0
  ldr x1, [x1, #8]
  ldp x19, x20, [sp], #16
  ldp x21, x22, [sp], #16
  ldr x23, [sp], #16
  ldp fp, lr, [sp], #16
  ret
block27:
  movz x0, #2
  load_ext_name_far x1, User(userextname0)+0
  ldr x1, [x1, #8]
  ldp x19, x20, [sp], #16
  ldp x21, x22, [sp], #16
  ldr x23, [sp], #16
  ldp fp, lr, [sp], #16
  ret
block28:
  movz x0, #1
  movz x1, #0
  ldp x19, x20, [sp], #16
  ldp x21, x22, [sp], #16
  ldr x23, [sp], #16
  ldp fp, lr, [sp], #16
  ret
