  stp fp, lr, [sp, #-16]!
  mov fp, sp
block0:
  ldr x3, [x1]
  ldr x4, [x1, #8]
  ldr x2, [x1, #16]
  and x1, x3, #3
  cbnz x1, label1 ; b label2
block2:
  and x1, x4, #3
  cbnz x1, label3 ; b label4
block4:
  and x1, x2, #3
  cbnz x1, label5 ; b label6
block6:
  asr x1, x4, #2
  asr x4, x2, #2
  madd x1, x1, x4, xzr
  madd x2, x1, x4, xzr
  madd x4, x2, x4, xzr
  b label7
block7:
  movz x5, #4
  adds x5, x3, x5
  cset x6, vs
  ands wzr, w6, #255
  b.ne label8 ; b label9
block9:
  asr x6, x5, #2
  subs xzr, x6, x1
  b.ge label10 ; b label11
block11:
  subs xzr, x6, x2
  b.ge label12 ; b label13
block13:
  subs xzr, x6, x4
  b.ge label14 ; b label15
block15:
  mov x3, x5
  b label7
block1:
  b label17
block3:
  b label17
block5:
  b label17
block8:
  b label16
block10:
  b label16
block12:
  b label16
block14:
  b label16
block16:
  str x3, [x0, #40]
  movz x0, #1
  ldp fp, lr, [sp], #16
  ret
block17:
  movz x0, #0
  ldp fp, lr, [sp], #16
  ret
